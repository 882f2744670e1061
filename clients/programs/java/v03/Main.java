import io.a2a.A2A;
import io.a2a.client.Client;
import io.a2a.client.ClientEvent;
import io.a2a.client.TaskEvent;
import io.a2a.client.TaskUpdateEvent;
import io.a2a.client.config.ClientConfig;
import io.a2a.client.transport.grpc.GrpcTransport;
import io.a2a.client.transport.grpc.GrpcTransportConfigBuilder;
import io.a2a.client.transport.jsonrpc.JSONRPCTransport;
import io.a2a.client.transport.jsonrpc.JSONRPCTransportConfigBuilder;
import io.a2a.client.transport.rest.RestTransport;
import io.a2a.client.transport.rest.RestTransportConfigBuilder;
import io.a2a.client.transport.spi.interceptors.ClientCallContext;
import io.a2a.spec.AgentCard;
import io.a2a.spec.Artifact;
import io.a2a.spec.DeleteTaskPushNotificationConfigParams;
import io.a2a.spec.FilePart;
import io.a2a.spec.FileWithBytes;
import io.a2a.spec.GetTaskPushNotificationConfigParams;
import io.a2a.spec.HTTPAuthSecurityScheme;
import io.a2a.spec.ListTaskPushNotificationConfigParams;
import io.a2a.spec.Message;
import io.a2a.spec.Part;
import io.a2a.spec.PushNotificationAuthenticationInfo;
import io.a2a.spec.PushNotificationConfig;
import io.a2a.spec.SecurityScheme;
import io.a2a.spec.Task;
import io.a2a.spec.TaskArtifactUpdateEvent;
import io.a2a.spec.TaskIdParams;
import io.a2a.spec.TaskPushNotificationConfig;
import io.a2a.spec.TaskQueryParams;
import io.a2a.spec.TextPart;
import io.grpc.ManagedChannelBuilder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;

/** The official Java client of protocol version 0.3. */
public final class Main implements Dialect {
    public static void main(String[] words) throws Exception {
        Player.playAll(new Main());
    }

    @Override
    public Card card(String url) throws Exception {
        return read(A2A.getAgentCard(url));
    }

    private static Card read(AgentCard card) {
        String scheme = null;
        Map<String, SecurityScheme> schemes = card.securitySchemes();
        if (schemes != null) {
            for (SecurityScheme one : schemes.values()) {
                if (one instanceof HTTPAuthSecurityScheme http) scheme = http.getScheme().toLowerCase();
            }
        }
        List<String> skills = card.skills().stream().map(skill -> skill.id()).toList();
        return new Card(card.name(), card.capabilities().streaming(), scheme, skills);
    }

    @Override
    public Connection connect(String url, String binding, String token) throws Exception {
        AgentCard card = A2A.getAgentCard(url);
        Map<String, String> headers = token == null ? Map.of() : Map.of("Authorization", "Bearer " + token);
        ClientCallContext context = new ClientCallContext(Map.of(), headers);
        return new Both(client(card, binding, false, false), client(card, binding, false, true),
                client(card, binding, true, false), context);
    }

    private static Client client(AgentCard card, String binding, boolean isStreaming, boolean isPolling) throws Exception {
        ClientConfig config = new ClientConfig.Builder()
                .setStreaming(isStreaming).setPolling(isPolling).setUseClientPreference(true).build();
        var builder = Client.builder(card).clientConfig(config);
        if (binding.equals("GRPC")) {
            builder.withTransport(GrpcTransport.class, new GrpcTransportConfigBuilder()
                    .channelFactory(address -> ManagedChannelBuilder.forTarget(address).usePlaintext().build()));
        } else if (binding.equals("JSONRPC")) builder.withTransport(JSONRPCTransport.class, new JSONRPCTransportConfigBuilder());
        else builder.withTransport(RestTransport.class, new RestTransportConfigBuilder());
        return builder.build();
    }

    private record Both(Client plain, Client polling, Client streaming, ClientCallContext context) implements Connection {
        @Override
        public Seen send(Out message, boolean isBlocking) throws Exception {
            AtomicReference<Seen> answer = new AtomicReference<>();
            BiConsumer<ClientEvent, AgentCard> take = (event, card) -> answer.set(read(taskOf(event)));
            (isBlocking ? plain : polling).sendMessage(made(message), List.of(take), error -> {}, context);
            return answer.get();
        }

        @Override
        public void stream(Out message, Follower follower) throws Exception {
            streaming.sendMessage(made(message), List.of(follow(follower)), follower::failed, context);
        }

        @Override
        public void subscribe(String id, Follower follower) throws Exception {
            streaming.resubscribe(new TaskIdParams(id), List.of(follow(follower)), follower::failed, context);
        }

        @Override
        public Seen get(String id) throws Exception {
            return read(plain.getTask(new TaskQueryParams(id, 10), context));
        }

        @Override
        public Seen cancel(String id) throws Exception {
            return read(plain.cancelTask(new TaskIdParams(id), context));
        }

        @Override
        public Page list(String contextId, int size, String token) {
            return null;
        }

        @Override
        public Card extendedCard() throws Exception {
            return Main.read(plain.getAgentCard(context));
        }

        @Override
        public void setPush(String taskId, Push push) throws Exception {
            var secrets = new PushNotificationAuthenticationInfo(List.of(push.scheme()), push.credentials());
            var config = new PushNotificationConfig(push.url(), push.token(), secrets, push.id());
            plain.setTaskPushNotificationConfiguration(new TaskPushNotificationConfig(taskId, config), context);
        }

        @Override
        public Push getPush(String taskId, String id) throws Exception {
            var params = new GetTaskPushNotificationConfigParams(taskId, id);
            return pushOf(plain.getTaskPushNotificationConfiguration(params, context));
        }

        @Override
        public List<Push> listPush(String taskId) throws Exception {
            var params = new ListTaskPushNotificationConfigParams(taskId);
            return plain.listTaskPushNotificationConfigurations(params, context).stream().map(Both::pushOf).toList();
        }

        @Override
        public void deletePush(String taskId, String id) throws Exception {
            plain.deleteTaskPushNotificationConfigurations(new DeleteTaskPushNotificationConfigParams(taskId, id), context);
        }

        private static Push pushOf(TaskPushNotificationConfig held) {
            var config = held.pushNotificationConfig();
            return new Push(config.id(), config.url(), config.token(), null, null);
        }

        private static BiConsumer<ClientEvent, AgentCard> follow(Follower follower) {
            return (event, card) -> follower.took(read(taskOf(event)),
                    event instanceof TaskUpdateEvent update && update.getUpdateEvent() instanceof TaskArtifactUpdateEvent);
        }
    }

    private static Task taskOf(ClientEvent event) {
        if (event instanceof TaskEvent one) return one.getTask();
        if (event instanceof TaskUpdateEvent update) return update.getTask();
        throw new IllegalStateException("an event of type " + event.getClass());
    }

    private static Message made(Out out) {
        List<Part<?>> parts = new ArrayList<>(List.of(new TextPart(out.text())));
        if (out.file()) {
            String bytes = Base64.getEncoder().encodeToString(Dialect.allBytes());
            parts.add(new FilePart(new FileWithBytes(FILE_TYPE, FILE_NAME, bytes)));
        }
        return new Message.Builder().role(Message.Role.USER).parts(parts)
                .taskId(out.taskId()).contextId(out.contextId()).build();
    }

    private static Seen read(Task task) {
        List<Piece> pieces = new ArrayList<>();
        for (Artifact artifact : task.getArtifacts()) for (Part<?> part : artifact.parts()) pieces.add(read(part));
        Message prompt = task.getStatus().message();
        String asked = task.getHistory().isEmpty() ? null : textOf(task.getHistory().get(0));
        return new Seen(task.getId(), task.getContextId(), task.getStatus().state().asString(),
                prompt == null ? "" : textOf(prompt), asked, pieces);
    }

    private static Piece read(Part<?> part) {
        if (part instanceof TextPart text) return new Piece(text.getText(), null, null, null);
        FileWithBytes file = (FileWithBytes) ((FilePart) part).getFile();
        return new Piece(null, file.name(), file.mimeType(), Base64.getDecoder().decode(file.bytes()));
    }

    private static String textOf(Message message) {
        StringBuilder text = new StringBuilder();
        for (Part<?> part : message.getParts()) if (part instanceof TextPart one) text.append(one.getText());
        return text.toString();
    }
}
