import t from 'tap'

interface Place {
  left: number
  top: number
}

const { findReach, pileUp, spread } = await import(new URL('../../public/page/piles.js', import.meta.url).href)

const place = (left: number, top: number): Place => ({ left, top })

t.test('points that hide each other are a pile, and others are one each', async (t) => {
  const points = [place(0, 0), place(0, 6), place(2, 2), place(2, 90), place(50, 50), place(50, 50), place(54, 54)]
  const [a, b, c, d, e, f, g] = points
  t.strictSame(pileUp(points), [[a], [b, c], [d], [e, f], [g]])
  t.strictSame(pileUp([]), [])
})

t.test('the points of a pile that is spread are apart from each other, within its reach', async (t) => {
  for (const count of [2, 3, 13, 100]) {
    const pile = Array.from({ length: count }, (_, i) => place(100 + (i % 3), 200))
    const moved = spread(pile).map(({ x, y }: { x: number; y: number }, i: number) =>
      place((pile[i] as Place).left + x, (pile[i] as Place).top + y)
    )
    const measure = (a: Place, b: Place) => Math.hypot(a.left - b.left, a.top - b.top)
    const nearest = Math.min(
      ...moved.flatMap((one: Place, i: number) => moved.slice(0, i).map((other: Place) => measure(one, other)))
    )
    t.ok(nearest > 11, `${count} are ${nearest} apart, and marks 11 wide`)
    const reach = findReach(count)
    t.ok(moved.every((one: Place) => measure(one, pile[0] as Place) + 5.5 <= reach))
  }
  t.equal(findReach(1), 0)
})
