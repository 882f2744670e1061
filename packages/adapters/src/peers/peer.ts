/** Something that a peer can do. */
export interface PeerSkill {
  readonly id?: string;
  readonly name: string;
  readonly description?: string;
}

/** Another workspace that this one may delegate to. */
export interface Peer {
  readonly id: string;
  readonly name: string;
  readonly role?: string;
  /** As the platform says it, for example `online`. */
  readonly status?: string;
  /** Where it is reached; not shown to the model, which names peers by their id. */
  readonly url?: string;
  readonly description?: string;
  readonly skills?: readonly PeerSkill[];
}
