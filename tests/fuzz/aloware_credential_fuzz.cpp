#include "base/bytes.hpp"
#include "connectors/aloware/aloware.hpp"
#include "tests/fuzz/tampering.hpp"

// Aloware signs nothing: its credential is taken as it is, never with any byte changed. Only the
// scheme's name has no case (RFC 9110 11.1).
namespace tidemark::fuzz {
namespace {

const connectors::Connector connector = connectors::aloware::connector();

std::string lower(std::string text) {
  for (auto& c : text)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c | 0x20);
  return text;
}

bool same_credential(const std::string& a, const std::string& b) {
  const auto space = a.find(' ');
  return lower(a.substr(0, space)) == lower(b.substr(0, b.find(' ')))
         && b.find(' ') != std::string::npos && a.substr(space) == b.substr(b.find(' '));
}

} // namespace

void check(Input& input) {
  connectors::Settings settings;
  const bool basic = input.yes();
  const auto part = input.below(4);
  const auto user = basic ? input.part() : "";
  auto changes = input;
  const auto password = std::string(input.text());
  settings.values["webhook_auth"] = basic ? "basic" : "bearer";
  settings.values["webhook_user"] = user;
  settings.secrets["webhook_password"] = SecretText(password);
  const auto right = basic ? "Basic " + to_base64(user + ":" + password) : "Bearer " + password;
  connectors::Headers headers{{"authorization", right}};
  const auto taken = [&] { return is_accepted(connector, headers, "{}", settings, {}); };
  require(taken() == !password.empty(), "the credential is refused, or an empty one taken");
  auto& [name, value] = headers[0];
  if (part == 0)
    name = tampered(changes, name);
  else if (part == 1)
    headers.push_back(headers[0]);
  else
    value = tampered(changes, value);
  if (headers.size() == 1 && name == "authorization" && same_credential(right, value))
    return;
  require(!taken(), "a changed credential is taken");
}

} // namespace tidemark::fuzz
