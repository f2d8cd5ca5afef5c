/** The programs that the documentation quotes, compiled with the tests and run by them. */
package examples;
