package dev.outpour.ingest;

import io.vertx.core.VerticleBase;

/** Owns the log. */
public final class IngestVerticle extends VerticleBase {}
