package org.pullboot.nvme;

/** Opcodes of the commands that an admin queue of a fabric takes (NVM Express Base 2.0, figures 138 and 379). */
final class AdminOpcode {
    static final int GET_LOG_PAGE = 0x02;
    static final int IDENTIFY = 0x06;
    static final int ABORT = 0x08;
    static final int SET_FEATURES = 0x09;
    static final int GET_FEATURES = 0x0a;
    static final int ASYNC_EVENT_REQUEST = 0x0c;
    static final int KEEP_ALIVE = 0x18;
    static final int FABRICS = 0x7f;

    /** Types of a {@link #FABRICS} command. */
    static final int PROPERTY_SET = 0x00;

    static final int CONNECT = 0x01;
    static final int PROPERTY_GET = 0x04;
    static final int AUTHENTICATION_SEND = 0x05;
    static final int AUTHENTICATION_RECEIVE = 0x06;
    static final int DISCONNECT = 0x08;

    private AdminOpcode() {}
}
