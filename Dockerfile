# CryoProtect's molecule service as a container image.
#   podman build -t cryoprotect-api .                  the service, for a Supabase project of your own
#   podman build -t cryoprotect-demo --target demo .   the same with the embedded Supabase, to look at it
# On another base image with Node 24 or newer and npm: --build-arg BASE_IMAGE=…
ARG BASE_IMAGE=docker.io/library/node:24-slim

FROM ${BASE_IMAGE} AS lockfile
WORKDIR /app
COPY package.json package-lock.json ./

FROM lockfile AS dependencies
# Without what only compilers, debuggers and the packages' own developers read: half of it.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
    && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -name '*.md' \) -delete \
    && find node_modules -type d \( -name test -o -name tests -o -name .github \) -prune -exec rm -r {} +

FROM lockfile AS demo-dependencies
# The embedded Supabase is an optional dependency.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${BASE_IMAGE} AS sources
WORKDIR /app
COPY package.json LICENSE ./
COPY src src
COPY plugins plugins
COPY routes routes
COPY public public
COPY scripts scripts
COPY supabase supabase
# The page's files beside their compressed forms, of which it sends one.
RUN gzip -9 --no-name --keep public/page/*
# Readable for any user, whatever the umask of the clone; the embedded Supabase and its SQL lie apart, for the demo alone.
RUN mkdir -p /demo/src && mv src/embedded /demo/src && mv supabase /demo && chmod -R a+rX /app /demo

# What both images have in common.
FROM ${BASE_IMAGE} AS service
LABEL org.opencontainers.image.title="cryoprotect-api" \
      org.opencontainers.image.description="CryoProtect's molecule service" \
      org.opencontainers.image.version="1.0.0" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
WORKDIR /app
COPY --from=sources /app ./
# `node` by its number, by which Kubernetes sees that it is not root.
USER 1000:1000
EXPOSE 5000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["node", "scripts/healthcheck.mjs"]
CMD ["node", "src/server.ts"]

FROM service AS demo
# Production insists on a project.
ENV NODE_ENV=development
COPY --from=demo-dependencies /app/node_modules node_modules
COPY --from=sources /demo ./

FROM service AS production
COPY --from=dependencies /app/node_modules node_modules
