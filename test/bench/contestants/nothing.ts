/** What every Node program costs: this one does nothing. */
export {};
