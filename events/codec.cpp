#include "events/codec.hpp"

#include "events/struct_codec.hpp"

namespace tidemark::events {
namespace {

namespace dom = simdjson::dom;

// ---- by name

using Decode = bool (*)(dom::element, Event&);

template <class T>
bool decode_as(dom::element in, Event& out) {
  return codec::read(in, out.emplace<T>());
}

struct Type {
  std::string_view name;
  Decode decode;
};

template <std::size_t... I>
constexpr auto newest_types(std::index_sequence<I...>) {
  // alternative 0 is Unknown, which is never stored
  return std::array<Type, sizeof...(I)>{
      Type{std::variant_alternative_t<I + 1, Event>::name,
           decode_as<std::variant_alternative_t<I + 1, Event>>}...};
}
constexpr auto types = newest_types(std::make_index_sequence<std::variant_size_v<Event> - 1>{});

const Type* find_type(std::string_view name) {
  for (const auto& type : types)
    if (type.name == name)
      return &type;
  return nullptr;
}

} // namespace

std::string encode(const Event& event) {
  return std::visit(
      [](const auto& e) {
        std::string out;
        if constexpr (codec::HasMembers<std::decay_t<decltype(e)>>) {
          out.reserve(256);
          codec::write_members(out, e);
        }
        return out;
      },
      event);
}

std::string_view type_of(const Event& event) {
  return std::visit([](const auto& e) { return std::decay_t<decltype(e)>::name; }, event);
}

Result<Event> decode(std::string_view type, std::string_view payload) {
  const auto* known = find_type(type);
  if (!known)
    return Event{Unknown{std::string(type)}};
  thread_local dom::parser parser;
  dom::element root;
  if (parser.parse(payload.data(), payload.size()).get(root) != simdjson::SUCCESS)
    return Error{"payload_not_json", "the payload of " + std::string(type) + " is not JSON"};
  Event event;
  if (!known->decode(root, event))
    return Error{"payload_unfit", "the payload does not fit its type " + std::string(type)};
  return event;
}

std::vector<std::string_view> known_types() {
  std::vector<std::string_view> names;
  for (const auto& type : types)
    names.push_back(type.name);
  return names;
}

} // namespace tidemark::events
