import type { Post } from '../../actors/kernel/message.js'

/** Numbers of one epoch; then they begin anew. */
export const MOST_ROUTES = 4096

/**
 * What a thread has told another about its messages once, so that later ones need say no more than a number: kind, sender, method and
 * marks, which all messages of one method of one Remote have in common. One direction of a link; frames arrive in order, so what is
 * told is known by the next one.
 *
 * - **Cost**: a message that is sent once is told nothing about. What is told is forgotten when 4096 others have been told since.
 */
export class RouteNumbers {
  #epoch = 0
  #last = 0

  /** The number that the other side knows it by; 0 for none. */
  known(post: Post): number {
    const { route } = post
    return route !== null && route.numbers === this && route.epoch === this.#epoch ? route.number : 0
  }

  /** The number to tell with this message; 0 when it is the first of its kind, which may be the only one. */
  tell(post: Post): number {
    if (post.route?.numbers !== this) {
      post.route = { numbers: this, epoch: -1, number: 0 }
      return 0
    }
    if (this.#last === MOST_ROUTES) {
      this.#last = 0
      this.#epoch++
    }
    this.#last++
    post.route = { numbers: this, epoch: this.#epoch, number: this.#last }
    return this.#last
  }

  /** The message that told it could not be sent. */
  takeBack(post: Post): void {
    post.route = null
  }
}
