export const sigmoid = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** Log-odds of a probability, which lies strictly between 0 and 1. */
export const logit = (probability: number): number => Math.log(probability / (1 - probability));
