/** What the README shows: whole programs, compiled with the tests and run by them. */
package examples;
