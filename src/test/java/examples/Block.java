package examples;

/**
 * A block of code on a page of the documentation.
 *
 * @param language what it is marked with; empty if with nothing
 * @param code what stands in it
 * @param line where it begins, counted from 1
 * @param notRun why a comment before it says that it is not run; empty if none says so
 */
public record Block(String language, String code, int line, String notRun) {}
