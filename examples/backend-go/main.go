// A backend behind Roomcast, in Go without dependencies: orders come in as events, what becomes of them goes out as
// pushes. See docs/guides/gateway.md.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"
)

var (
	roomcastURL   = setting("ROOMCAST_URL", "http://127.0.0.1:8080")
	jwtSecret     = secret("ROOMCAST_JWT_SECRET")
	forwardSecret = secret("ROOMCAST_FORWARD_SECRET")
	apiKey        = os.Getenv("ROOMCAST_API_KEY") // with it pushes carry the key, without it they are signed
	pushSecret    []byte
	page          = setting("PAGE", "../gateway-page/index.html")
	client        = &http.Client{Timeout: 10 * time.Second}
)

const (
	// window is for how long a stolen request could be sent again, and how far the clocks may differ.
	window      = 5 * time.Minute
	largestBody = 2 << 20
)

// Event is what Roomcast forwards: what a client sent, or what became of the client.
type Event struct {
	ID       string          `json:"id"`
	Kind     string          `json:"kind"`
	Event    string          `json:"event"`
	Data     json.RawMessage `json:"data"`
	UserID   string          `json:"userId"`
	Session  int64           `json:"session"`
	Sequence int64           `json:"sequence"`
}

// Answer is for the client that sent the event, and for whom else it concerns.
type Answer struct {
	Ack  any    `json:"ack,omitempty"`
	Push []Push `json:"push,omitempty"`
}

// Push is the body of POST /api/push.
type Push struct {
	UserID string `json:"userId"`
	Event  string `json:"event"`
	Data   any    `json:"data"`
	ID     string `json:"id,omitempty"`
}

type order struct {
	Order  int    `json:"order"`
	UserID string `json:"userId"`
	Item   string `json:"item"`
}

type session struct {
	sequence int64
	isOpen   bool
}

// In memory, to keep this short. A real backend has them in its database, and there the answer to an event is written in
// the same transaction as what the event did: then neither a crash nor a repetition can do it twice or not at all.
type shop struct {
	sync.Mutex
	first    int // no order has the number of one that was forgotten at the last start
	orders   []order
	answers  map[string]Answer            // by event id
	sessions map[string]map[int64]session // by user id and session
}

func main() {
	if apiKey == "" {
		pushSecret = secret("ROOMCAST_PUSH_SECRET")
	}
	shop := &shop{
		first:    int(time.Now().Unix()),
		orders:   []order{},
		answers:  map[string]Answer{},
		sessions: map[string]map[int64]session{},
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			reply(w, http.StatusNotFound, map[string]string{"error": "There is nothing here."})
			return
		}
		http.ServeFile(w, r, page)
	})
	http.HandleFunc("/token", func(w http.ResponseWriter, r *http.Request) {
		// A real backend finds out first who asks, by its own login, and makes a token for nobody but them.
		reply(w, http.StatusOK, map[string]string{"token": makeToken(r.FormValue("user")), "url": roomcastURL})
	})
	http.HandleFunc("/state", func(w http.ResponseWriter, r *http.Request) { reply(w, http.StatusOK, shop.state()) })
	http.HandleFunc("/events", shop.receive)
	http.HandleFunc("/ship", shop.ship)

	listener, err := net.Listen("tcp", "127.0.0.1:"+setting("PORT", "3000"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("Backend is running: http://%s/\n", listener.Addr())
	server := &http.Server{ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
	log.Fatal(server.Serve(listener))
}

// receive takes POST /events. 5xx means "not now": Roomcast sends the event again. A 4xx means "never", and makes it a
// dead letter.
func (s *shop) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, largestBody))
	if err != nil {
		reply(w, http.StatusInternalServerError, map[string]string{"error": "The body could not be read."})
		return
	}
	if r.Method != http.MethodPost || !isFromRoomcast(r.Header, body) {
		reply(w, http.StatusUnauthorized, map[string]string{"error": "The signature is wrong."})
		return
	}
	var event Event
	if err := json.Unmarshal(body, &event); err != nil {
		reply(w, http.StatusInternalServerError, map[string]string{"error": err.Error()})
		return
	}
	reply(w, http.StatusOK, s.take(event))
}

// isFromRoomcast says whether a request was signed with our secret, lately: HMAC-SHA256 of ID.TIMESTAMP.BODY, the body
// byte for byte.
func isFromRoomcast(header http.Header, body []byte) bool {
	id, timestamp := header.Get("Roomcast-Event-Id"), header.Get("Roomcast-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return false
	}
	if age := time.Since(time.Unix(seconds, 0)); age > window || age < -window {
		return false
	}
	right := "v1=" + hex.EncodeToString(sum(forwardSecret, []byte(id+"."+timestamp+"."), body))
	// Takes as long however much of it is right.
	return hmac.Equal([]byte(header.Get("Roomcast-Signature")), []byte(right))
}

// take does what an event asks for, and answers it. An event may come twice; what it does is done once.
func (s *shop) take(event Event) Answer {
	s.Lock()
	defer s.Unlock()
	answer, isKnown := s.answers[event.ID]
	if !isKnown {
		answer = s.handle(event)
		s.answers[event.ID] = answer
	}
	return answer
}

func (s *shop) handle(event Event) Answer {
	if event.Kind != "event" {
		s.follow(event)
		return Answer{}
	}
	if event.Event != "order" {
		return no("There is no event " + event.Event + ".")
	}
	var data struct {
		Item string `json:"item"`
	}
	// A no to the user is an answer like any other: the event was taken.
	if err := json.Unmarshal(event.Data, &data); err != nil || data.Item == "" {
		return no("Say which item.")
	}
	placed := order{Order: s.first + len(s.orders), UserID: event.UserID, Item: data.Item}
	s.orders = append(s.orders, placed)
	return Answer{
		Ack:  map[string]any{"ok": true, "order": placed.Order},
		Push: []Push{{UserID: event.UserID, Event: "order_taken", Data: placed}}, // to all of the user's tabs and devices
	}
}

func no(why string) Answer {
	return Answer{Ack: map[string]any{"ok": false, "error": why}}
}

// follow keeps who is here. Each session of a user has a number of its own and counts its events; what has not a higher
// sequence than the last is late, and says how things were.
func (s *shop) follow(event Event) {
	ofUser := s.sessions[event.UserID]
	if ofUser == nil {
		ofUser = map[int64]session{}
		s.sessions[event.UserID] = ofUser
	}
	if event.Sequence > ofUser[event.Session].sequence {
		ofUser[event.Session] = session{sequence: event.Sequence, isOpen: event.Kind != "disconnected"}
	}
}

// state has the users with at least one open session as online: two tabs are two sessions.
func (s *shop) state() map[string]any {
	s.Lock()
	defer s.Unlock()
	online := []string{}
	for userID, ofUser := range s.sessions {
		for _, session := range ofUser {
			if session.isOpen {
				online = append(online, userID)
				break
			}
		}
	}
	return map[string]any{"orders": append([]order{}, s.orders...), "online": online}
}

// ship tells the user, whenever it is: it need not be the answer to anything. The id makes a repetition harmless.
func (s *shop) ship(w http.ResponseWriter, r *http.Request) {
	number, _ := strconv.Atoi(r.URL.Query().Get("order"))
	s.Lock()
	index := number - s.first
	if r.Method != http.MethodPost || index < 0 || index >= len(s.orders) {
		s.Unlock()
		reply(w, http.StatusOK, map[string]string{"error": "There is no such order."})
		return
	}
	found := s.orders[index]
	s.Unlock()
	id := fmt.Sprintf("order-%d-shipped", number)
	result, err := push(Push{UserID: found.UserID, Event: "order_shipped", Data: found, ID: id})
	if err != nil {
		log.Print(err)
		reply(w, http.StatusInternalServerError, map[string]string{"error": "Roomcast did not take the push."})
		return
	}
	reply(w, http.StatusOK, result)
}

func push(message Push) (any, error) {
	body, err := json.Marshal(message)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequest(http.MethodPost, roomcastURL+"/api/push", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	addCredentials(request, "/api/push", body)
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, largestBody))
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("Roomcast answered %d: %s", response.StatusCode, answer)
	}
	return json.RawMessage(answer), nil
}

// addCredentials adds a key, or the HMAC-SHA256 of TIMESTAMP LF METHOD LF PATH LF BODY. Each is good once:
// decimals tell twins apart.
func addCredentials(request *http.Request, path string, body []byte) {
	if apiKey != "" {
		request.Header.Set("Authorization", "Bearer "+apiKey)
		return
	}
	now := time.Now()
	timestamp := fmt.Sprintf("%d.%09d", now.Unix(), now.Nanosecond())
	head := timestamp + "\n" + request.Method + "\n" + path + "\n"
	request.Header.Set("Roomcast-Timestamp", timestamp)
	request.Header.Set("Roomcast-Signature", "v1="+hex.EncodeToString(sum(pushSecret, []byte(head), body)))
}

// makeToken makes a JWT (HS256) that says who somebody is, for a quarter of an hour. Any JWT library does the same.
func makeToken(userID string) string {
	claims, _ := json.Marshal(map[string]any{"sub": userID, "exp": time.Now().Add(15 * time.Minute).Unix()})
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode(claims)
	return signed + "." + encode(sum(jwtSecret, []byte(signed)))
}

func sum(key []byte, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, key)
	for _, part := range parts {
		mac.Write(part)
	}
	return mac.Sum(nil)
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(value); err != nil {
		log.Print(err)
	}
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func secret(name string) []byte {
	value := os.Getenv(name)
	if len(value) < 32 {
		log.Fatalf("Set %s to the secret that Roomcast has too, at least 32 characters.", name)
	}
	return []byte(value)
}
