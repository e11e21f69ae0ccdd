#include "house.hpp"

#include <gtest/gtest.h>

namespace tidemark::gateway::test {
namespace {

struct Attack {
  std::string name;
  std::string bytes;
  Refusal refusal;
  int status = 400;
};

std::string post(std::string_view headers, std::string_view rest) {
  return "POST /webhooks/crm HTTP/1.1\r\nHost: a\r\nX-Secret: open\r\n"
         "Content-Type: application/json\r\n"
         + std::string(headers) + "\r\n" + std::string(rest);
}
std::string get(std::string_view headers) {
  return "GET /health HTTP/1.1\r\nHost: a\r\n" + std::string(headers) + "\r\n";
}
std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i)
    out += text;
  return out;
}

// Chunked `{}` with something behind it that a lenient reader would take for the next request.
const std::string chunks = "2\r\n{}\r\n0\r\n\r\n";
const std::string hidden = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

// reliability.md 6.3, both lists, and the rest of T6.
using R = Refusal;
const std::string te = "Transfer-Encoding: ";
const std::vector<Attack> attack_table{
    {"length and chunked", post("Content-Length: 2\r\n" + te + "chunked\r\n", chunks),
     R::transfer_encoding_with_length},
    {"chunked and length", post(te + "chunked\r\nContent-Length: 2\r\n", chunks),
     R::transfer_encoding_with_length},
    {"xchunked", post(te + "xchunked\r\n", chunks), R::bad_transfer_encoding},
    {"chunked, identity", post(te + "chunked, identity\r\n", chunks), R::bad_transfer_encoding},
    {"gzip, chunked", post(te + "gzip, chunked\r\n", chunks), R::bad_transfer_encoding},
    {"identity", post(te + "identity\r\n", "{}"), R::bad_transfer_encoding},
    {"empty coding", post(te + "\r\n", chunks), R::bad_transfer_encoding},
    {"chunked, chunked", post(te + "chunked, chunked\r\n", chunks), R::bad_transfer_encoding},
    {"chunked twice", post(te + "chunked\r\n" + te + "chunked\r\n", chunks),
     R::bad_transfer_encoding},
    {"chunked with parameter", post(te + "chunked;q=1\r\n", chunks), R::bad_transfer_encoding},
    {"vertical tab in coding", post(te + "\x0B" + "chunked\r\n", chunks), R::control_character},
    {"folded coding", post(te + "\r\n chunked\r\n", chunks), R::bad_transfer_encoding},
    {"folded other field", post("X-A: b\r\n c\r\nContent-Length: 2\r\n", "{}"), R::obs_fold},
    {"folded by tab", post("X-A: b\r\n\tc\r\nContent-Length: 2\r\n", "{}"), R::obs_fold},
    {"space before first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", R::obs_fold},
    {"chunked on 1.0",
     "POST /webhooks/crm HTTP/1.0\r\nHost: a\r\n" + te + "chunked\r\n\r\n" + chunks,
     R::transfer_encoding_on_http_1_0},
    {"equal lengths", post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"), R::repeated_length},
    {"differing lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"),
     R::repeated_length},
    {"listed length", post("Content-Length: 2, 2\r\n", "{}"), R::repeated_length},
    {"plus length", post("Content-Length: +2\r\n", "{}"), R::bad_length},
    {"hex length", post("Content-Length: 0x2\r\n", "{}"), R::bad_length},
    {"negative length", post("Content-Length: -1\r\n", "{}"), R::bad_length},
    {"empty length", post("Content-Length:\r\n", "{}"), R::bad_length},
    {"overflowing length", post("Content-Length: 99999999999999999999\r\n", "{}"), R::bad_length},
    {"no host", "GET /health HTTP/1.1\r\n\r\n", R::bad_host},
    {"no host on 1.0", "GET /health HTTP/1.0\r\n\r\n", R::bad_host},
    {"two hosts", get("Host: a\r\n"), R::bad_host},
    {"empty host", "GET /health HTTP/1.1\r\nHost: \r\n\r\n", R::bad_host},
    {"host with a path", "GET /health HTTP/1.1\r\nHost: a/b\r\n\r\n", R::bad_host},
    {"absolute form", "GET http://a/health HTTP/1.1\r\nHost: a\r\n\r\n", R::bad_target},
    {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", R::bad_target},
    {"authority form", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", R::bad_request_line},
    {"fragment in target", "GET /health#x HTTP/1.1\r\nHost: a\r\n\r\n", R::bad_target},
    {"space in target", "GET /health x HTTP/1.1\r\nHost: a\r\n\r\n", R::bad_target},
    {"dot segments", "GET /webhooks/../health HTTP/1.1\r\nHost: a\r\n\r\n", R::bad_target},
    {"escaped dot segments", "GET /webhooks/%2e%2E/health HTTP/1.1\r\nHost: a\r\n\r\n",
     R::bad_target},
    {"escaped NUL", "GET /health%00 HTTP/1.1\r\nHost: a\r\n\r\n", R::bad_target},
    {"extension of 300 bytes",
     post(te + "chunked\r\n", "2;" + repeated("x", 300) + "\r\n{}\r\n0\r\n\r\n"),
     R::chunk_extension_too_long},
    {"many small extensions",
     post(te + "chunked\r\n", repeated("1;xxxxxxxxxx\r\na\r\n", 30) + "0\r\n\r\n"),
     R::chunk_extension_too_long},
    {"extension with a bare line feed", post(te + "chunked\r\n", "2;x\ny\r\n{}\r\n0\r\n\r\n"),
     R::bad_chunk},
    {"trailer", post(te + "chunked\r\n", "2\r\n{}\r\n0\r\nX-A: b\r\n\r\n"), R::trailers},
    {"length in trailer", post(te + "chunked\r\n", "2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n"),
     R::trailers},
    {"announced trailer", post("Trailer: X-A\r\n" + te + "chunked\r\n", chunks), R::trailers},
    {"bad chunk end", post(te + "chunked\r\n", "2\r\n{}XX0\r\n\r\n"), R::bad_chunk},
    {"chunk size overflow", post(te + "chunked\r\n", "FFFFFFFFFFFFFFFFF\r\n{}"), R::bad_chunk},
    {"chunk size with 0x", post(te + "chunked\r\n", "0x2\r\n{}\r\n0\r\n\r\n"), R::bad_chunk},
    {"negative chunk size", post(te + "chunked\r\n", "-2\r\n{}\r\n0\r\n\r\n"), R::bad_chunk},
    {"empty chunk size", post(te + "chunked\r\n", "\r\n{}\r\n0\r\n\r\n"), R::bad_chunk},
    {"chunk line with bare line feed", post(te + "chunked\r\n", "2\n{}\r\n0\r\n\r\n"),
     R::bad_chunk},
    {"65 fields", get(repeated("X-A: b\r\n", 64)), R::too_many_fields},
    {"1500 short fields", get(repeated("a:\r\n", 1500)), R::too_many_fields},
    {"9 KiB of header", get("X-A: " + repeated("x", 9216) + "\r\n"), R::header_too_large, 431},
    {"upgrade", get("Connection: upgrade\r\nUpgrade: websocket\r\n"), R::upgrade},
    {"upgrade to HTTP/2", get("Upgrade: h2c\r\n"), R::upgrade},
    {"connection names length", post("Connection: Content-Length\r\nContent-Length: 2\r\n", "{}"),
     R::bad_connection},
    {"connection names another", get("Connection: close, X-Secret\r\n"), R::bad_connection},
    {"second request behind a length", post("Content-Length: 2\r\n", "{}" + hidden), R::pipelined},
    {"second request behind chunks", post(te + "chunked\r\n", chunks + hidden), R::pipelined},
    {"second request behind no body", get("") + hidden, R::pipelined},
    {"body of a GET", get("Content-Length: 2\r\n") + "{}", R::body_not_expected},
    {"space before colon", get("X-A : b\r\n"), R::bad_field},
    {"no colon", get("X-A\r\n"), R::bad_field},
    {"empty name", get(": b\r\n"), R::bad_field},
    {"bare line feeds", "GET /health HTTP/1.1\nHost: a\n\n", R::bare_cr_or_lf},
    {"bare line feed in a field", get("X-A: b\nX-B: c\r\n"), R::bare_cr_or_lf},
    {"bare carriage return in a field", get("X-A: b\rX-B: c\r\n"), R::bare_cr_or_lf},
    {"NUL in a field", get(std::string("X-A: b\0c\r\n", 10)), R::control_character},
    {"empty line first", "\r\n\r\nGET /health HTTP/1.1\r\nHost: a\r\n\r\n", R::bad_request_line},
    {"HTTP/2.0", "GET /health HTTP/2.0\r\nHost: a\r\n\r\n", R::bad_version},
    {"http/1.1", "GET /health http/1.1\r\nHost: a\r\n\r\n", R::bad_version},
    {"HTTP/1.10", "GET /health HTTP/1.10\r\nHost: a\r\n\r\n", R::bad_version},
    {"no version", "GET /health\r\nHost: a\r\n\r\n", R::bad_request_line},
    {"two spaces", "GET  /health HTTP/1.1\r\nHost: a\r\n\r\n", R::bad_target},
    {"TLS greeting", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\r\n\r\n", 15),
     R::control_character},
    {"unknown expectation", post("Expect: miracle\r\nContent-Length: 2\r\n", "{}"), R::bad_expect,
     417},
    {"length over 4 MiB", post("Content-Length: 4194305\r\n", ""), R::body_too_large, 413},
    {"chunk over 4 MiB", post(te + "chunked\r\n", "400001\r\n"), R::body_too_large, 413},
};

const std::vector<Attack>& attacks() {
  return attack_table;
}

TEST(FramingGate, RefusesEveryWayToHideARequest) {
  House house;
  for (const auto& attack : attacks()) {
    const auto before = house.gateway->counters().refusals(attack.refusal);
    auto client = house.connect();
    client.send(attack.bytes);
    const auto reply = client.read();
    ASSERT_TRUE(reply) << attack.name;
    EXPECT_EQ(reply->status, attack.status) << attack.name << ": " << reply->body;
    EXPECT_EQ(reply->headers.at("connection"), "close") << attack.name;
    EXPECT_FALSE(client.read()) << attack.name << ": the connection ends after one answer";
    EXPECT_EQ(house.gateway->counters().refusals(attack.refusal), before + 1)
        << attack.name << ": " << reply->body;
  }
  EXPECT_EQ(house.log.durable(), Position{0}) << "no part of an attack is stored";
}

TEST(FramingGate, RefusesTheSameBytesWhenTheyComeOneByOne) {
  House house;
  for (const auto& attack : attacks()) {
    if (attack.bytes.size() > 400 || attack.refusal == Refusal::pipelined)
      continue; // a late second request is only the next one
    auto client = house.connect();
    for (const char byte : attack.bytes)
      if (!client.send({&byte, 1}))
        break; // refused already
    const auto reply = client.read();
    ASSERT_TRUE(reply) << attack.name;
    EXPECT_EQ(reply->status, attack.status) << attack.name;
  }
  EXPECT_EQ(house.log.durable(), Position{0});
}

TEST(FramingGate, TakesWhatIsPlain) {
  House house;
  const std::string te = "Transfer-Encoding: ";
  const std::vector<std::pair<std::string, std::string>> plain{
      {"length", post("Content-Length: 2\r\n", "{}")},
      {"chunked", post(te + "Chunked\r\n", chunks)},
      {"several chunks with extensions",
       post(te + "chunked\r\n", "1;a=b\r\n{\r\n001\r\n}\r\n00\r\n\r\n")},
      {"64 fields", post("Content-Length: 2\r\n" + repeated("X-A: b\r\n", 60), "{}")},
      {"1.0 with host", "POST /webhooks/crm HTTP/1.0\r\nHost: a\r\nX-Secret: open\r\n"
                        "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"},
      {"connection words", post("Connection: keep-alive, TE\r\nContent-Length: 2\r\n", "{}")},
      {"host with a port", "GET /health HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"},
  };
  for (const auto& [name, bytes] : plain)
    EXPECT_EQ(house.ask(bytes).status, 200) << name;
}

} // namespace
} // namespace tidemark::gateway::test
