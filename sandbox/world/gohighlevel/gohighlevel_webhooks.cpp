#include "sandbox/world/gohighlevel/gohighlevel.hpp"

namespace tidemark::sandbox {

void Gohighlevel::emit(const char* type, const Json& contact, By by) {
  Json fields = Json::object();
  for (const char* member : {"id", "address1", "city", "state", "companyName", "country", "source",
                             "dateAdded", "dateOfBirth", "dnd", "email", "name", "firstName",
                             "lastName", "phone", "postalCode", "tags", "website"}) {
    const auto found = contact.find(member);
    if (found != contact.end())
      fields[member] = *found;
  }
  fields["attachments"] = Json::array();
  for (const char* member : {"assignedTo", "customFields"})
    if (contact.contains(member))
      fields[member] = contact[member];
  // inboundDndSettings are told by no webhook.
  if (std::string_view(type) == "ContactDndUpdate")
    fields["dndSettings"] = contact["dndSettings"];
  office_.emit(type, fields, text_of(contact, "id"), by);
}

} // namespace tidemark::sandbox
