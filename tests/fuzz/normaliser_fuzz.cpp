#include "base/text/json_writer.hpp"
#include "base/text/phone.hpp"
#include "connectors/connector.hpp"
#include "domain/rules/normalise.hpp"
#include "tests/fuzz/input.hpp"

// Phones, e-mail addresses and every other field: doing it twice changes nothing, in our form, in
// the form that is compared, as a key, and in the form of each connector.
namespace tidemark::fuzz {

void check(Input& input) {
  const auto field = static_cast<events::Field>(input.below(events::field_count));
  constexpr std::array<std::string_view, 4> regions{"US", "GB", "DE", ""};
  const auto region = regions[input.below(regions.size())];
  const auto text = input.text();
  const auto once = domain::normalised(field, text, region);
  require(domain::normalised(field, once, region) == once, "normalised twice it differs");
  require(json::to_valid_utf8(once) == once, "normalised text that is no text");
  const auto compared = domain::comparable(field, once);
  require(domain::comparable(field, compared) == compared, "compared form of a compared form");
  const auto key = domain::identity_key(field, once);
  require(domain::identity_key(field, key) == key, "key of a key");
  require(key.empty() || domain::identity_key(field, domain::normalised(field, key, region)) == key,
          "a key that is another one after normalising");
  if (const auto number = to_e164(text, region)) {
    require(is_e164(*number) && is_dialable(*number), "a number that nobody has");
    require(to_e164(*number, region) == number && to_e164(*number, "") == number,
            "a number that is another one when read again");
  }
  for (const auto& connector : connectors::all()) {
    const auto theirs = connector.normalise(field, once);
    require(connector.normalise(field, theirs) == theirs, "a connector's form is not stable");
  }
}

} // namespace tidemark::fuzz
