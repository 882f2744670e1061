import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** The servers of the run besides the agents. */
final class Stage {
    static final String RECEIVER_URL = System.getenv("RECEIVER_URL");
    static final String CRASHING_URL = System.getenv("CRASHING_URL");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private Stage() {}

    /** Waits for the end of the task that was notified to the URL. */
    static Json.Written receivedAt(String url) throws Exception {
        return new Json.Written(ask(HttpRequest.newBuilder(URI.create(url)).GET(), 200));
    }

    /** Returns when the agent that it has killed serves again. */
    static void crash() throws Exception {
        URI uri = URI.create(System.getenv("CRASH_URL"));
        ask(HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody()), 204);
    }

    private static String ask(HttpRequest.Builder request, int wanted) throws Exception {
        HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != wanted) throw new IllegalStateException(answer.statusCode() + ": " + answer.body());
        return answer.body();
    }
}
