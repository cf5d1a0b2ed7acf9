# NODE_IMAGE: a Debian image with Node 24 as `node` and a user `node`.
ARG NODE_IMAGE=node:24-bookworm-slim
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
# Optional packages are for building and for machines with an old Node; the image has its own.
RUN node scripts/build.mjs && npm prune --omit=dev --omit=optional --ignore-scripts && rm -rf .next/cache

FROM ${NODE_IMAGE}
ENV NODE_ENV=production PILOTHOUSE_DATA=/data MALLOC_ARENA_MAX=2
WORKDIR /app
RUN mkdir -m 700 /data && chown node:node /data
COPY --from=build /app/package.json /app/next.config.js ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/.next ./.next
COPY --from=build /app/dist ./dist
COPY --from=build /app/public ./public
COPY --from=build /app/bin ./bin
USER node
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["node", "-e", "require(process.env.PILOTHOUSE_TLS_CERT?'https':'http').get({port:process.env.PORT||3000,path:'/api/health',rejectUnauthorized:false},r=>process.exit(r.statusCode===200?0:1)).on('error',()=>process.exit(1))"]
CMD ["node", "--max-semi-space-size=4", "dist/server.mjs"]
