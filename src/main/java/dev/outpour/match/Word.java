package dev.outpour.match;

/** A segment of patterns, with the number that stands for it. */
final class Word {

  final int number;

  /** How many segments of patterns it stands for; kept by {@link Words}. */
  int uses;

  Word(int number) {
    this.number = number;
  }
}
