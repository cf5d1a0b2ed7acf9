/** Stored registry credentials, used by the door for whoever may pull or push; secrets never leave the server. */
export interface Registry {
  id: string;
  /** host[:port] as it stands in image names; `docker.io` for the hub. */
  address: string;
  username: string;
  createdAt: number;
}

export interface Registries {
  list(): Promise<Registry[]>;
  add(input: { address: string; username: string; password: string }): Promise<Registry>;
  update(id: string, change: { username?: string; password?: string }): Promise<Registry>;
  remove(id: string): Promise<void>;
  /** The X-Registry-Auth value (base64url JSON) for an image reference; undefined: nothing stored for its registry. */
  authHeader(imageReference: string): Promise<string | undefined>;
}
