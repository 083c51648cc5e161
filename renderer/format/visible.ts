/** The primitives of the window know no model: here is what they need of it. */
export { visible } from '#model/visible.ts'
