/** The hub behind other people's proxies, with the settings that the documentation shows. */
package dev.outpour.proxies;
