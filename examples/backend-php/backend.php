<?php
// A backend behind Roomcast, in PHP without dependencies: orders come in as events, what becomes of them goes out as
// pushes. See docs/guides/gateway.md. Run it with: php -S 127.0.0.1:3000 backend.php
declare(strict_types=1);

define('ROOMCAST_URL', getenv('ROOMCAST_URL') ?: 'http://127.0.0.1:8080');
define('API_KEY', getenv('ROOMCAST_API_KEY') ?: ''); // with it pushes carry the key, without it they are signed
/** Seconds that the clocks may differ, and for which a stolen request could be sent again. */
const WINDOW = 300;

try {
    respond();
} catch (Throwable $error) {
    // 5xx means "not now": Roomcast sends the event again. A 4xx would mean "never", and make it a dead letter.
    error_log((string) $error);
    answer(500, ['error' => 'The backend failed.']);
}

function respond(): void
{
    $path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
    switch ("{$_SERVER['REQUEST_METHOD']} $path") {
        case 'GET /':
            header('content-type: text/html; charset=utf-8');
            readfile(__DIR__ . '/../gateway-page/index.html');
            return;
        case 'GET /token':
            // A real backend finds out first who asks, by its own login, and makes a token for nobody but them.
            answer(200, ['token' => makeToken((string) ($_GET['user'] ?? '')), 'url' => ROOMCAST_URL]);
            return;
        case 'GET /state':
            answer(200, with_state(fn (array &$state) => ['orders' => $state['orders'], 'online' => online($state)]));
            return;
        case 'POST /events':
            $body = file_get_contents('php://input');
            if (!isFromRoomcast($body)) {
                answer(401, ['error' => 'The signature is wrong.']);
                return;
            }
            // Objects stay objects: {} and [] are two things.
            $event = json_decode($body, false, 512, JSON_THROW_ON_ERROR);
            answer(200, with_state(fn (array &$state) => take($state, $event)));
            return;
        case 'POST /ship':
            answer(200, ship((int) ($_GET['order'] ?? 0)));
            return;
        default:
            answer(404, ['error' => 'There is nothing here.']);
    }
}

/** Whether a request was signed with our secret, lately: HMAC-SHA256 of ID.TIMESTAMP.BODY, the body byte for byte. */
function isFromRoomcast(string $body): bool
{
    $id = $_SERVER['HTTP_ROOMCAST_EVENT_ID'] ?? '';
    $timestamp = $_SERVER['HTTP_ROOMCAST_TIMESTAMP'] ?? '';
    $given = $_SERVER['HTTP_ROOMCAST_SIGNATURE'] ?? '';
    if (!preg_match('/^\d{1,12}$/D', $timestamp) || abs(time() - (int) $timestamp) > WINDOW) {
        return false;
    }
    $right = 'v1=' . hash_hmac('sha256', "$id.$timestamp.$body", secret('ROOMCAST_FORWARD_SECRET'));
    return hash_equals($right, $given); // takes as long however much of it is right
}

/** What an event does, and the answer to it. An event may come twice; what it does is done once. */
function take(array &$state, object $event): array
{
    $state['answers'][$event->id] ??= handle($state, $event);
    return $state['answers'][$event->id];
}

function handle(array &$state, object $event): array
{
    if ($event->kind !== 'event') {
        return follow($state, $event);
    }
    if ($event->event !== 'order') {
        return ['ack' => ['ok' => false, 'error' => "There is no event $event->event."]];
    }
    $item = is_object($event->data) ? $event->data->item ?? null : null;
    if (!is_string($item) || $item === '') {
        // A no to the user is an answer like any other: the event was taken.
        return ['ack' => ['ok' => false, 'error' => 'Say which item.']];
    }
    $order = ['order' => $state['first'] + count($state['orders']), 'userId' => $event->userId, 'item' => $item];
    $state['orders'][] = $order;
    return [
        'ack' => ['ok' => true, 'order' => $order['order']],
        // To all of the user's tabs and devices.
        'push' => [['userId' => $event->userId, 'event' => 'order_taken', 'data' => $order]],
    ];
}

/**
 * Who is here. Each session of a user has a number of its own and counts its events; what has not a higher sequence than
 * the last is late, and says how things were.
 */
function follow(array &$state, object $event): array
{
    $last = $state['sessions'][$event->userId][$event->session] ?? ['sequence' => 0];
    if ($event->sequence > $last['sequence']) {
        $isOpen = $event->kind !== 'disconnected';
        $state['sessions'][$event->userId][$event->session] = ['sequence' => $event->sequence, 'isOpen' => $isOpen];
    }
    return [];
}

/** Users with at least one open session: two tabs are two. */
function online(array $state): array
{
    $isHere = fn (array $sessions) => in_array(true, array_column($sessions, 'isOpen'), true);
    return array_map('strval', array_keys(array_filter($state['sessions'], $isHere)));
}

/** Tells the user, whenever it is: it need not be the answer to anything. The id makes a repetition harmless. */
function ship(int $number): array
{
    $order = with_state(fn (array &$state) => $state['orders'][$number - $state['first']] ?? null);
    if ($order === null) {
        return ['error' => 'There is no such order.'];
    }
    $id = "order-$number-shipped";
    return push(['userId' => $order['userId'], 'event' => 'order_shipped', 'data' => $order, 'id' => $id]);
}

function push(array $message): array
{
    $body = json_encode($message, JSON_THROW_ON_ERROR);
    $headers = ['content-type: application/json', ...credentials('POST', '/api/push', $body)];
    $http = ['method' => 'POST', 'header' => $headers, 'content' => $body, 'timeout' => 10, 'ignore_errors' => true];
    $text = file_get_contents(ROOMCAST_URL . '/api/push', false, stream_context_create(['http' => $http]));
    if ($text === false || !preg_match('/^HTTP\S+ 200/', $http_response_header[0])) {
        throw new RuntimeException("Roomcast did not take the push: $text");
    }
    return json_decode($text, true, 512, JSON_THROW_ON_ERROR);
}

/** A key, or the HMAC-SHA256 of TIMESTAMP LF METHOD LF PATH LF BODY. Each is good once: decimals tell twins apart. */
function credentials(string $method, string $path, string $body): array
{
    if (API_KEY !== '') {
        return ['authorization: Bearer ' . API_KEY];
    }
    $timestamp = sprintf('%.6F', microtime(true));
    $signature = hash_hmac('sha256', "$timestamp\n$method\n$path\n$body", secret('ROOMCAST_PUSH_SECRET'));
    return ["roomcast-timestamp: $timestamp", "roomcast-signature: v1=$signature"];
}

/** A JWT (HS256) that says who somebody is, for a quarter of an hour. Any JWT library does the same. */
function makeToken(string $userId): string
{
    $encode = fn (string $content) => rtrim(strtr(base64_encode($content), '+/', '-_'), '=');
    $claims = json_encode(['sub' => $userId, 'exp' => time() + 900], JSON_THROW_ON_ERROR);
    $signed = $encode('{"alg":"HS256","typ":"JWT"}') . '.' . $encode($claims);
    return "$signed." . $encode(hash_hmac('sha256', $signed, secret('ROOMCAST_JWT_SECRET'), true));
}

/**
 * Looks into what is kept, alone, and keeps what `$act` made of it. PHP forgets everything between two requests, so here
 * it is a file; a real backend has a database, and there the answer to an event is written in the same transaction as
 * what the event did: then neither a crash nor a repetition can do it twice or not at all.
 */
function with_state(callable $act): mixed
{
    $file = fopen(getenv('STATE_FILE') ?: __DIR__ . '/state.json', 'c+');
    flock($file, LOCK_EX);
    $text = stream_get_contents($file);
    $state = $text === '' ? ['first' => time(), 'orders' => [], 'answers' => [], 'sessions' => []] : json_decode($text, true, 512, JSON_THROW_ON_ERROR);
    $result = $act($state);
    ftruncate($file, 0);
    rewind($file);
    fwrite($file, json_encode($state, JSON_THROW_ON_ERROR));
    fclose($file);
    return $result;
}

function answer(int $status, mixed $value): void
{
    http_response_code($status);
    header('content-type: application/json');
    echo json_encode($value, JSON_THROW_ON_ERROR);
}

function secret(string $name): string
{
    $value = getenv($name) ?: '';
    if (strlen($value) < 32) {
        throw new RuntimeException("Set $name to the secret that Roomcast has too, at least 32 characters.");
    }
    return $value;
}
