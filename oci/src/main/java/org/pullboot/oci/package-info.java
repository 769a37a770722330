/** OCI and Docker images, from layouts, archives and registries. */
@NullMarked
package org.pullboot.oci;

import org.jspecify.annotations.NullMarked;
