/** From where a store is being filled. */
export interface MoveOrigin {
  readonly place: string;
  /** Of the store. */
  readonly id: string;
}
