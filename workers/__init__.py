"""Workers run one step of one job: fetch, call one pure function, store."""
