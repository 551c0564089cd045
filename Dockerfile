# The service for production: its sources and its production dependencies, nothing else.
#   podman build -t cryoprotect-api .
# Another base image with Node 24 or newer: --build-arg BASE_IMAGE=…
ARG BASE_IMAGE=docker.io/library/node:24-slim

FROM ${BASE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# Without the packages of the embedded Supabase, which production never starts.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM ${BASE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json LICENSE ./
COPY src src
COPY plugins plugins
COPY routes routes
USER node
EXPOSE 5000
STOPSIGNAL SIGTERM
CMD ["node", "src/server.ts"]
