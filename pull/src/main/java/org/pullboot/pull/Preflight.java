package org.pullboot.pull;

import org.pullboot.image.Compression;

/**
 * What is known of a download after its first bytes, before anything is written.
 *
 * @param url where it comes from, for people: without user and password
 * @param transferBytes bytes to transfer, -1 when the server does not say
 * @param compression how the file is compressed
 * @param atLeast bytes of memory it needs at least: the declared data, else the transferred bytes of a compressed file,
 *     else 0, because a plain file may be all holes
 * @param atMost bytes it unpacks to: as declared, as the compressed file's own header says, or the length of a plain
 *     file; -1 when nothing says
 */
public record Preflight(String url, long transferBytes, Compression compression, long atLeast, long atMost) {}
