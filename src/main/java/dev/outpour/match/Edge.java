package dev.outpour.match;

import java.util.Arrays;

/** The codes of patterns between two forks, at least one. Immutable except for its slot. */
final class Edge<V> {

  final int[] codes;
  final Fork<V> to;

  /** The words of its codes, see {@link Words#bit}. A topic must have all of them to pass. */
  final long needs;

  /** Its index among the edges of its fork, which sets it. */
  int slot;

  Edge(int[] codes, Fork<V> to) {
    this.codes = codes;
    this.to = to;
    long words = 0;
    for (int code : codes) {
      words |= Words.bit(Words.word(code));
    }
    this.needs = words;
  }

  int first() {
    return codes[0];
  }

  /** How many of its first codes equal other codes from an index on. */
  int inCommon(int[] others, int from) {
    int difference = Arrays.mismatch(codes, 0, codes.length, others, from, others.length);
    return difference < 0 ? codes.length : difference;
  }

  /** Splits this edge by a new fork after its first codes. */
  Edge<V> splitAfter(int first) {
    Fork<V> middle = new Fork<>();
    middle.put(new Edge<>(Arrays.copyOfRange(codes, first, codes.length), to));
    return new Edge<>(Arrays.copyOf(codes, first), middle);
  }

  /** Joins this edge and the next one. */
  Edge<V> join(Edge<V> next) {
    int[] all = Arrays.copyOf(codes, codes.length + next.codes.length);
    System.arraycopy(next.codes, 0, all, codes.length, next.codes.length);
    return new Edge<>(all, next.to);
  }
}
