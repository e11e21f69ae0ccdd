#include "events/codec.hpp"
#include "tests/fuzz/input.hpp"

// Payloads of every stored type: any bytes give an event or an error with a code; an event that was
// read is written so that it reads the same, also into memory that held another one.
namespace tidemark::fuzz {

void check(Input& input) {
  static const auto types = events::known_types();
  static std::vector<events::Event> last(types.size());
  const auto index = input.below(types.size() + 1);
  if (index == types.size()) {
    const auto unknown = events::decode("contact.teleported.v9", input.text());
    require(unknown.ok() && std::holds_alternative<events::Unknown>(*unknown),
            "a type that nobody knows is known");
    return;
  }
  const auto type = types[index];
  const auto event = events::decode(type, input.text());
  auto& reused = last[index];
  const auto status = events::Decoder(type)(input.text(), reused);
  require(status.ok() == event.ok(), "read into used memory it is judged otherwise");
  if (!event) {
    require(!event.error().code.empty() && !event.error().text.empty(), "an error without words");
    return;
  }
  require(reused == *event, "read into used memory it is another event");
  const auto stored = events::encode(*event);
  const auto back = events::decode(events::type_of(*event), stored);
  require(back.ok(), "what was written cannot be read");
  require(*back == *event, "written and read it is another event");
  require(events::encode(*back) == stored, "written twice it is written differently");
}

} // namespace tidemark::fuzz
