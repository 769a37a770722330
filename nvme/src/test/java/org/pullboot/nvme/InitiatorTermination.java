package org.pullboot.nvme;

import java.io.IOException;

/** The target ended a connection with C2HTermReq where an answer was expected. */
final class InitiatorTermination extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final long information;

    InitiatorTermination(InitiatorPdu pdu) {
        super("the target ended the connection: fatal error status %d, information 0x%x"
                .formatted(pdu.u16(8), pdu.u32(10)));
        status = pdu.u16(8);
        information = pdu.u32(10);
    }

    /** FES. */
    int status() {
        return status;
    }

    /** FEI. */
    long information() {
        return information;
    }
}
