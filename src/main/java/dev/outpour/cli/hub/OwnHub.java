package dev.outpour.cli.hub;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The hub that a configuration describes, seen from the same machine.
 *
 * @param url where it listens
 * @param certificate its certificate, if it serves TLS
 */
public record OwnHub(String url, Optional<Path> certificate) {}
