/** The built-in roles in people's words, weakest first. */
export const roles = [
  { name: 'viewer', may: 'sees lists, details, logs and stats; secrets are masked' },
  { name: 'operator', may: 'also starts, stops, restarts, kills, pauses and pulls' },
  {
    name: 'developer',
    may: 'also creates, removes, runs commands, copies, builds and pushes, and sees secrets; no host access',
  },
  { name: 'maintainer', may: 'also host access, prune, load, plugins, swarm and disk use' },
  { name: 'administrator', may: 'also users, grants, engines, registries and the trail' },
  { name: 'auditor', may: 'reads the trail, and no engine' },
] as const;

export type RoleShown = (typeof roles)[number]['name'];
