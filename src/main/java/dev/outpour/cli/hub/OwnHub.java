package dev.outpour.cli.hub;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A hub as its configuration has it, for who asks from the same machine.
 *
 * @param url where it listens
 * @param certificate what it shows itself by, if it speaks TLS
 */
public record OwnHub(String url, Optional<Path> certificate) {}
