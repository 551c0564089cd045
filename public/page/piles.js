// Points of the plot that lie on each other, in units of the drawing.

/** So close to each other that one hides the other. */
const NEAR = 5
/** About half of the distance between the points of a pile that is spread. */
const SPACING = 8
const GOLDEN_ANGLE = Math.PI * (3 - Math.sqrt(5))

const isNear = (a, b) => Math.hypot(a.left - b.left, a.top - b.top) < NEAR

/** Groups points that hide each other. They must be in order from left to right, so that only the last piles are looked at. */
export function pileUp(points) {
  const piles = []
  for (const point of points) {
    const pile = piles.findLast(([first]) => point.left - first.left >= NEAR || isNear(point, first))
    if (pile && isNear(point, pile[0])) pile.push(point)
    else piles.push([point])
  }
  return piles
}

/** How far the points of a pile reach when it is spread. */
export const findReach = (count) => (count === 1 ? 0 : SPACING * Math.sqrt(count) + SPACING)

/** How far to move each point of a pile so that none hides another: as the seeds of a sunflower. */
export const spread = (pile) =>
  pile.map(({ left, top }, i) => {
    const radius = SPACING * Math.sqrt(i + 0.5)
    const angle = i * GOLDEN_ANGLE
    return {
      x: pile[0].left + radius * Math.cos(angle) - left,
      y: pile[0].top + radius * Math.sin(angle) - top
    }
  })
