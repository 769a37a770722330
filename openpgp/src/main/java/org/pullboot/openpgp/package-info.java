/** OpenPGP signatures of checksum lists: checked against a keyring, made with a key. */
@NullMarked
package org.pullboot.openpgp;

import org.jspecify.annotations.NullMarked;
