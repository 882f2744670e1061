import io.grpc.ManagedChannelBuilder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.a2aproject.sdk.A2A;
import org.a2aproject.sdk.client.Client;
import org.a2aproject.sdk.client.ClientEvent;
import org.a2aproject.sdk.client.TaskEvent;
import org.a2aproject.sdk.client.TaskUpdateEvent;
import org.a2aproject.sdk.client.config.ClientConfig;
import org.a2aproject.sdk.client.transport.grpc.GrpcTransport;
import org.a2aproject.sdk.client.transport.grpc.GrpcTransportConfigBuilder;
import org.a2aproject.sdk.client.transport.jsonrpc.JSONRPCTransport;
import org.a2aproject.sdk.client.transport.jsonrpc.JSONRPCTransportConfigBuilder;
import org.a2aproject.sdk.client.transport.rest.RestTransport;
import org.a2aproject.sdk.client.transport.rest.RestTransportConfigBuilder;
import org.a2aproject.sdk.client.transport.spi.interceptors.ClientCallContext;
import org.a2aproject.sdk.spec.AgentCard;
import org.a2aproject.sdk.spec.Artifact;
import org.a2aproject.sdk.spec.AuthenticationInfo;
import org.a2aproject.sdk.spec.CancelTaskParams;
import org.a2aproject.sdk.spec.DeleteTaskPushNotificationConfigParams;
import org.a2aproject.sdk.spec.FilePart;
import org.a2aproject.sdk.spec.FileWithBytes;
import org.a2aproject.sdk.spec.GetTaskPushNotificationConfigParams;
import org.a2aproject.sdk.spec.HTTPAuthSecurityScheme;
import org.a2aproject.sdk.spec.ListTaskPushNotificationConfigsParams;
import org.a2aproject.sdk.spec.ListTasksParams;
import org.a2aproject.sdk.spec.Message;
import org.a2aproject.sdk.spec.Part;
import org.a2aproject.sdk.spec.SecurityScheme;
import org.a2aproject.sdk.spec.Task;
import org.a2aproject.sdk.spec.TaskArtifactUpdateEvent;
import org.a2aproject.sdk.spec.TaskIdParams;
import org.a2aproject.sdk.spec.TaskPushNotificationConfig;
import org.a2aproject.sdk.spec.TaskQueryParams;
import org.a2aproject.sdk.spec.TextPart;

/** The official Java client, current version. */
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
                if (one instanceof HTTPAuthSecurityScheme http) scheme = http.scheme().toLowerCase();
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
        ClientConfig config = ClientConfig.builder()
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
            streaming.subscribeToTask(new TaskIdParams(id), List.of(follow(follower)), follower::failed, context);
        }

        @Override
        public Seen get(String id) throws Exception {
            return read(plain.getTask(new TaskQueryParams(id, 10), context));
        }

        @Override
        public Seen cancel(String id) throws Exception {
            return read(plain.cancelTask(new CancelTaskParams(id), context));
        }

        @Override
        public Page list(String contextId, int size, String token) throws Exception {
            var params = new ListTasksParams(contextId, null, size, token.isEmpty() ? null : token, null, null, null, null);
            var page = plain.listTasks(params, context);
            return new Page(page.tasks().stream().map(Task::id).toList(), page.totalSize(), page.nextPageToken());
        }

        @Override
        public Card extendedCard() throws Exception {
            return Main.read(plain.getExtendedAgentCard(context));
        }

        @Override
        public void setPush(String taskId, Push push) throws Exception {
            var secrets = new AuthenticationInfo(push.scheme(), push.credentials());
            var config = new TaskPushNotificationConfig(push.id(), taskId, push.url(), push.token(), secrets, null);
            plain.createTaskPushNotificationConfiguration(config, context);
        }

        @Override
        public Push getPush(String taskId, String id) throws Exception {
            var params = new GetTaskPushNotificationConfigParams(taskId, id, null);
            return pushOf(plain.getTaskPushNotificationConfiguration(params, context));
        }

        @Override
        public List<Push> listPush(String taskId) throws Exception {
            var params = new ListTaskPushNotificationConfigsParams(taskId, 0, "", null);
            return plain.listTaskPushNotificationConfigurations(params, context).configs().stream()
                    .map(Both::pushOf).toList();
        }

        @Override
        public void deletePush(String taskId, String id) throws Exception {
            var params = new DeleteTaskPushNotificationConfigParams(taskId, id, null);
            plain.deleteTaskPushNotificationConfigurations(params, context);
        }

        private static Push pushOf(TaskPushNotificationConfig config) {
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
        return Message.builder().role(Message.Role.ROLE_USER).parts(parts)
                .taskId(out.taskId()).contextId(out.contextId()).build();
    }

    private static Seen read(Task task) {
        List<Piece> pieces = new ArrayList<>();
        for (Artifact artifact : task.artifacts()) for (Part<?> part : artifact.parts()) pieces.add(read(part));
        Message prompt = task.status().message();
        String asked = task.history().isEmpty() ? null : textOf(task.history().get(0));
        return new Seen(task.id(), task.contextId(), task.status().state().name().replace("TASK_STATE_", "").toLowerCase().replace('_', '-'),
                prompt == null ? "" : textOf(prompt), asked, pieces);
    }

    private static Piece read(Part<?> part) {
        if (part instanceof TextPart text) return new Piece(text.text(), null, null, null);
        FileWithBytes file = (FileWithBytes) ((FilePart) part).file();
        return new Piece(null, file.name(), file.mimeType(), Base64.getDecoder().decode(file.bytes()));
    }

    private static String textOf(Message message) {
        StringBuilder text = new StringBuilder();
        for (Part<?> part : message.parts()) if (part instanceof TextPart one) text.append(one.text());
        return text.toString();
    }
}
