#pragma once
#include "sandbox/world/gohighlevel/gohighlevel_office.hpp"

#include <map>

namespace tidemark::sandbox {

/// `/contacts/{id}/notes` of GoHighLevel. Not idempotent: each POST makes a note.
class GhlNotes {
public:
  explicit GhlNotes(GhlOffice& office) : office_(office) {}

  /// `note` is the part of the path behind `notes`, "" when there is none. The contact exists.
  HttpReply answer(const HttpRequest& request, const std::string& contact, const std::string& note,
                   Received& entry);
  Json all() const;
  void clear() { notes_.clear(); }

private:
  HttpReply add(const Json& body, const std::string& contact, Received& entry);
  HttpReply list(const std::string& contact);

  GhlOffice& office_;
  std::map<std::string, Json> notes_;
};

} // namespace tidemark::sandbox
