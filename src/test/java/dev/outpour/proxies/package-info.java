/** Tests of the hub behind proxies, with the settings of the documentation. */
package dev.outpour.proxies;
