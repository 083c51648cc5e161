/** The context that tells a tooltip that it is one of many. */
export const TIPS = Symbol('tips')

/** Milliseconds until a tooltip opens, and until one that follows another has to wait again. */
export const TIP_TIMES = { delayDuration: 500, skipDelayDuration: 200 }
