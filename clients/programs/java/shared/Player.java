import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** Plays every operation over one binding and version. */
final class Player {
    private static final List<String> STOPS =
            List.of("completed", "failed", "canceled", "rejected", "input-required");

    private final Dialect dialect;
    private final String over;
    private final String tokensUrl;
    private final String token;
    private final Dialect.Connection client;
    private String canceled;

    Player(Dialect dialect, String over, String openUrl, String tokensUrl, String token) throws Exception {
        this.dialect = dialect;
        this.over = over;
        this.tokensUrl = tokensUrl;
        this.token = token;
        this.client = dialect.connect(openUrl, binding(), null);
    }

    private interface Operation {
        Map<String, Object> run() throws Exception;
    }

    static void playAll(Dialect dialect) throws Exception {
        Map<String, String> env = System.getenv();
        for (String over : env.get("OVER").replaceAll("[\\[\\]\"]", "").split(",")) {
            String open = env.get("OPEN_URL");
            String tokens = env.get("TOKENS_URL");
            play("card", over, () -> {
                Dialect.Card card = dialect.card(open);
                return map("name", card.name(), "streaming", card.streaming());
            });
            play("card-tokens", over, () -> {
                Dialect.Card card = dialect.card(tokens);
                return map("name", card.name(), "scheme", card.scheme());
            });
            new Player(dialect, over, open, tokens, env.get("TOKEN")).playOperations();
        }
        // The client's own threads would keep the program alive.
        System.exit(0);
    }

    private void playOperations() {
        Map<String, Operation> operations = new LinkedHashMap<>();
        operations.put("send", () -> done(say("one")));
        operations.put("poll", this::poll);
        operations.put("stream", this::stream);
        operations.put("get", () -> {
            Dialect.Seen task = client.get(say("one").id());
            return with(map("asked", task.asked()), done(task));
        });
        if (over.endsWith("1.0")) operations.put("list", this::list);
        operations.put("cancel", this::cancel);
        operations.put("cancel-again", this::cancelAgain);
        operations.put("resubscribe", this::resubscribe);
        operations.put("question", this::question);
        operations.put("question-stream", () -> {
            Dialect.Seen task = follow(text("ask"), new AtomicInteger());
            return map("state", task.state(), "prompt", task.prompt());
        });
        operations.put("failure", () -> {
            Dialect.Seen task = say("fail");
            return map("state", task.state(), "message", task.prompt());
        });
        operations.put("file", this::file);
        operations.put("bearer", this::bearer);
        operations.put("extended-card", () -> {
            Dialect.Card card = dialect.connect(tokensUrl, binding(), token).extendedCard();
            return map("name", card.name(), "engine", card.skills().contains("engine"));
        });
        operations.put("not-found", () -> errorOf(() -> client.get(UUID.randomUUID().toString())));
        operations.put("not-cancelable", () -> {
            String id = say("one").id();
            return errorOf(() -> client.cancel(id));
        });
        operations.put("stream-error", () -> errorOf(() -> {
            String stranger = UUID.randomUUID().toString();
            return follow(new Dialect.Out("one", false, stranger, null), new AtomicInteger());
        }));
        operations.put("push", this::push);
        operations.put("push-list", this::pushList);
        operations.put("crash", this::crash);
        operations.forEach((name, operation) -> play(name, over, operation));
    }

    private String binding() {
        return over.split(" ")[0];
    }

    private static Dialect.Out text(String value) {
        return new Dialect.Out(value, false, null, null);
    }

    private Dialect.Seen say(String value) throws Exception {
        return client.send(text(value), true);
    }

    private Map<String, Object> poll() throws Exception {
        Dialect.Seen first = client.send(text("late"), false);
        Dialect.Seen task = first;
        while (!task.isFinal()) {
            Thread.sleep(50);
            task = client.get(first.id());
        }
        return with(map("early", !first.isFinal()), done(task));
    }

    private Map<String, Object> stream() throws Exception {
        AtomicInteger pieces = new AtomicInteger();
        Dialect.Seen task = follow(text("many"), pieces);
        return with(map("pieces", pieces.get() > 1 ? "several" : pieces.get()), done(task));
    }

    private Map<String, Object> list() throws Exception {
        String context = say("one").contextId();
        for (int more = 0; more < 2; more++) client.send(new Dialect.Out("one", false, null, context), true);
        List<Integer> pages = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (String next = ""; ; ) {
            Dialect.Page page = client.list(context, 2, next);
            pages.add(page.ids().size());
            ids.addAll(page.ids());
            next = page.next();
            if (next == null || next.isEmpty()) return map("pages", pages, "total", page.total(), "distinct", ids.size());
        }
    }

    private Map<String, Object> cancel() throws Exception {
        CompletableFuture<String> begun = new CompletableFuture<>();
        CompletableFuture<Dialect.Seen> ended = new CompletableFuture<>();
        client.stream(text("long"), until(Dialect.Seen::isFinal, ended, (task, isPiece) -> {
            if (task.text().equals("begun")) begun.complete(task.id());
        }));
        canceled = begun.get(20, TimeUnit.SECONDS);
        Dialect.Seen task = client.cancel(canceled);
        return map("state", task.state(), "stream", ended.get(20, TimeUnit.SECONDS).state());
    }

    private Map<String, Object> cancelAgain() throws Exception {
        if (over.endsWith("0.3")) return errorOf(() -> client.cancel(canceled));
        return map("state", client.cancel(canceled).state());
    }

    /** The client cannot cut a stream; a second one begins in the middle of the task. */
    private Map<String, Object> resubscribe() throws Exception {
        CompletableFuture<String> third = new CompletableFuture<>();
        AtomicInteger pieces = new AtomicInteger();
        client.stream(text("slow"), until(task -> false, new CompletableFuture<>(), (task, isPiece) -> {
            if (isPiece && pieces.incrementAndGet() == 3) third.complete(task.id());
        }));
        String id = third.get(20, TimeUnit.SECONDS);
        CompletableFuture<Dialect.Seen> ended = new CompletableFuture<>();
        client.subscribe(id, until(Dialect.Seen::isFinal, ended, (task, isPiece) -> {}));
        return done(ended.get(20, TimeUnit.SECONDS));
    }

    private Map<String, Object> push() throws Exception {
        Dialect.Seen asked = say("ask");
        String url = Stage.RECEIVER_URL + "/" + asked.id();
        client.setPush(asked.id(), pushTo("first", url));
        Dialect.Push got = client.getPush(asked.id(), "first");
        client.send(new Dialect.Out("blue", false, asked.id(), asked.contextId()), true);
        boolean isSame = got.id().equals("first") && got.url().equals(url);
        return map("got", isSame, "received", Stage.receivedAt(url));
    }

    private Map<String, Object> pushList() throws Exception {
        String task = say("ask").id();
        for (String id : List.of("first", "second")) client.setPush(task, pushTo(id, Stage.RECEIVER_URL + "/none"));
        List<String> listed = pushIds(task);
        client.deletePush(task, "second");
        return map("listed", listed, "left", pushIds(task));
    }

    private List<String> pushIds(String task) throws Exception {
        return client.listPush(task).stream().map(Dialect.Push::id).sorted().toList();
    }

    private static Dialect.Push pushTo(String id, String url) {
        return new Dialect.Push(id, url, "push-token", "Bearer", "push-credentials");
    }

    /** Kills the agent in the middle of a stream and subscribes to the task when the agent serves again. */
    private Map<String, Object> crash() throws Exception {
        Dialect.Connection crashing = dialect.connect(Stage.CRASHING_URL, binding(), null);
        CompletableFuture<String> third = new CompletableFuture<>();
        AtomicInteger pieces = new AtomicInteger();
        CompletableFuture<Dialect.Seen> cut = new CompletableFuture<>();
        crashing.stream(text("slow"), until(Dialect.Seen::isFinal, cut, (task, isPiece) -> {
            if (isPiece && pieces.incrementAndGet() == 3) third.complete(task.id());
        }));
        String id = third.get(20, TimeUnit.SECONDS);
        Stage.crash();
        CompletableFuture<Dialect.Seen> ended = new CompletableFuture<>();
        crashing.subscribe(id, until(Dialect.Seen::isFinal, ended, (task, isPiece) -> {}));
        boolean isCut = !cut.isDone() || cut.isCompletedExceptionally();
        return with(map("cut", isCut), done(ended.get(20, TimeUnit.SECONDS)));
    }

    private Map<String, Object> question() throws Exception {
        Dialect.Seen asked = say("ask");
        Dialect.Seen answered = client.send(new Dialect.Out("blue", false, asked.id(), asked.contextId()), true);
        return map(
                "state", asked.state(), "prompt", asked.prompt(), "sameTask", asked.id().equals(answered.id()),
                "after", done(answered));
    }

    private Map<String, Object> file() throws Exception {
        Dialect.Seen task = client.send(new Dialect.Out("file", true, null, null), true);
        for (Dialect.Piece piece : task.pieces()) {
            if (piece.bytes() == null) continue;
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(piece.bytes());
            return map(
                    "engine", task.text(), "name", piece.name(), "mediaType", piece.mediaType(),
                    "sha", HexFormat.of().formatHex(digest));
        }
        throw new IllegalStateException("no file came back, but " + task.text());
    }

    private Map<String, Object> bearer() throws Exception {
        Dialect.Seen task = dialect.connect(tokensUrl, binding(), token).send(text("one"), true);
        String without = "served";
        try {
            dialect.connect(tokensUrl, binding(), null).send(text("one"), true);
        } catch (Exception error) {
            without = "refused";
        }
        return with(map("without", without), done(task));
    }

    /** The task at the end of a stream. */
    private Dialect.Seen follow(Dialect.Out message, AtomicInteger pieces) throws Exception {
        CompletableFuture<Dialect.Seen> ended = new CompletableFuture<>();
        client.stream(message, until(task -> STOPS.contains(task.state()), ended, (task, isPiece) -> {
            if (isPiece) pieces.incrementAndGet();
        }));
        return ended.get(20, TimeUnit.SECONDS);
    }

    private interface Each {
        void took(Dialect.Seen task, boolean isPiece);
    }

    private static Dialect.Follower until(
            Predicate<Dialect.Seen> isEnd, CompletableFuture<Dialect.Seen> ended, Each each) {
        return new Dialect.Follower() {
            @Override
            public void took(Dialect.Seen task, boolean isPiece) {
                each.took(task, isPiece);
                if (isEnd.test(task)) ended.complete(task);
            }

            @Override
            public void failed(Throwable error) {
                ended.completeExceptionally(error == null ? new IllegalStateException("ended without a task") : error);
            }
        };
    }

    private interface Failing {
        Object run() throws Exception;
    }

    /** The type of an error of the protocol in the chain of causes, or the words of another. */
    private static Map<String, Object> errorOf(Failing call) {
        try {
            return map("error", "none", "got", String.valueOf(call.run()));
        } catch (Exception error) {
            for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                String name = cause.getClass().getSimpleName().replaceAll("Error$", "");
                if (List.of("TaskNotFound", "TaskNotCancelable", "InvalidParams").contains(name)) return map("error", name);
            }
            return map("error", String.valueOf(error));
        }
    }

    private static Map<String, Object> done(Dialect.Seen task) {
        return map("state", task.state(), "text", task.text());
    }

    private static Map<String, Object> map(Object... entries) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int index = 0; index < entries.length; index += 2) map.put((String) entries[index], entries[index + 1]);
        return map;
    }

    private static Map<String, Object> with(Map<String, Object> first, Map<String, Object> second) {
        first.putAll(second);
        return first;
    }

    private static void play(String name, String over, Operation operation) {
        Map<String, Object> line = map("operation", name, "over", over);
        try {
            line.put("saw", operation.run());
        } catch (Exception error) {
            error.printStackTrace();
            line.put("broke", String.valueOf(error));
        }
        System.out.println(Json.of(line));
    }
}
