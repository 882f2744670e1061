import java.util.List;
import java.util.function.Consumer;

/** One version of the client, with tasks of one form for both. */
interface Dialect {
    Card card(String url) throws Exception;

    /** A client for one binding; the token, which may be null, is sent with each call. */
    Connection connect(String url, String binding, String token) throws Exception;

    record Card(String name, boolean streaming, String scheme, List<String> skills) {}

    record Piece(String text, String name, String mediaType, byte[] bytes) {}

    record Seen(String id, String contextId, String state, String prompt, String asked, List<Piece> pieces) {
        String text() {
            StringBuilder text = new StringBuilder();
            for (Piece piece : pieces) if (piece.text() != null) text.append(piece.text());
            return text.toString();
        }

        boolean isFinal() {
            return List.of("completed", "failed", "canceled", "rejected").contains(state);
        }
    }

    /** A push configuration; `token` and `credentials` are sent to the receiver. */
    record Push(String id, String url, String token, String scheme, String credentials) {}

    record Page(List<String> ids, int total, String next) {}

    /** A message; `file` adds the file of all bytes. */
    record Out(String text, boolean file, String taskId, String contextId) {}

    interface Connection {
        Seen send(Out message, boolean isBlocking) throws Exception;

        /** Calls back with the task after each event; the second argument is true for a piece of an artifact. */
        void stream(Out message, Follower follower) throws Exception;

        void subscribe(String id, Follower follower) throws Exception;

        Seen get(String id) throws Exception;

        Seen cancel(String id) throws Exception;

        /** Null if the client has no such operation. */
        Page list(String contextId, int size, String token) throws Exception;

        Card extendedCard() throws Exception;

        void setPush(String taskId, Push push) throws Exception;

        Push getPush(String taskId, String id) throws Exception;

        List<Push> listPush(String taskId) throws Exception;

        void deletePush(String taskId, String id) throws Exception;
    }

    interface Follower {
        void took(Seen task, boolean isPiece);

        void failed(Throwable error);
    }

    static byte[] allBytes() {
        byte[] bytes = new byte[256];
        for (int index = 0; index < bytes.length; index++) bytes[index] = (byte) index;
        return bytes;
    }

    String FILE_NAME = "all bytes.bin";
    String FILE_TYPE = "image/png";
}
