/**
 * Hears messages one after the other, each in a turn of its own: what a message has set going in promises has gone as
 * far as it can before the next one is heard. Node tells several that came together without that. A reply, which goes
 * through promises, was then overtaken by an event that was sent after it, and with it came what was true before.
 */
export function inTurn<Message>(hear: (message: Message) => void): (message: Message) => void {
  return (message) => void setImmediate(hear, message)
}
