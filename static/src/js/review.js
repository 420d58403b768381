/** The review page: photo and flat on one canvas, decisions, verdict. */
