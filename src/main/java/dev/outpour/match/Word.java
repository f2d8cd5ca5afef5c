package dev.outpour.match;

/** A segment of patterns, with its number. */
final class Word {

  final int number;

  /** How often it occurs in patterns, which {@link Words} counts. */
  int uses;

  Word(int number) {
    this.number = number;
  }
}
