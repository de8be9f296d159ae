/** How long an ingest may take to stop: tens of millions of routes are written down meanwhile. */
export const INGEST_SHUTDOWN_SECONDS = 90;
