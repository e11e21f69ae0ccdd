#include "tests/gateway/house.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace tidemark::gateway::test::smuggling_test {
namespace {

struct Attack {
  std::string name;
  std::string bytes;
  Refusal refusal;
  int status;
};

std::string post(std::string_view headers, std::string_view rest) {
  return "POST /webhooks/crm HTTP/1.1\r\nHost: a\r\nX-Secret: open\r\n"
         "Content-Type: application/json\r\n"
         + std::string(headers) + "\r\n" + std::string(rest);
}
std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i)
    out += text;
  return out;
}

/// The file's strings hold one byte in each character, so that they can hold any byte.
std::string bytes_of(const std::string& utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    out.push_back(lead < 0x80 ? utf8[i] : static_cast<char>(lead << 6U | (utf8[++i] & 0x3F)));
  }
  return out;
}

std::string bytes_of(const nlohmann::json& part, const nlohmann::json& pieces) {
  if (part.is_object())
    return repeated(part.at("repeat").get<std::string>(), part.at("times"));
  const auto text = part.get<std::string>();
  return bytes_of(text.starts_with('@') ? pieces.at(text.substr(1)).get<std::string>() : text);
}

Refusal refusal_named(std::string_view name) {
  for (std::size_t i = 0; i < refusal_names.size(); ++i)
    if (refusal_names[i] == name)
      return static_cast<Refusal>(i);
  throw std::invalid_argument("no refusal is called " + std::string(name));
}

/// All of threat 6. The same attacks go through a real proxy in
/// tests/outside/nginx_test.py.
std::vector<Attack> read_attacks() {
  std::ifstream file(TIDEMARK_FIXTURES "/http/smuggling.json");
  const auto document = nlohmann::json::parse(file);
  std::vector<Attack> out;
  for (const auto& each : document.at("attacks")) {
    Attack attack{each.at("name"), "", refusal_named(each.at("refusal").get<std::string>()),
                  each.at("status")};
    for (const auto& part : each.at("bytes"))
      attack.bytes += bytes_of(part, document.at("pieces"));
    out.push_back(std::move(attack));
  }
  return out;
}

const std::vector<Attack>& attacks() {
  static const auto read = read_attacks();
  return read;
}

TEST(FramingGate, RefusesEveryWayToHideARequest) {
  ASSERT_GE(attacks().size(), 77U);
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
      {"chunked", post(te + "Chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")},
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
} // namespace tidemark::gateway::test::smuggling_test
