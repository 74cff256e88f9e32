-- The least that a dissector of the Instant Messenger Protocol can do in Lua, to measure tshark beside: the header's fields.
local imp = Proto("imp", "Instant Messenger Protocol")
local kind = ProtoField.uint8("imp.type", "Type", base.DEC)
local seq = ProtoField.uint8("imp.seq", "Sequence", base.DEC)
local ack = ProtoField.bool("imp.ack", "Acknowledgement", 8, nil, 0x01)
local source = ProtoField.uint8("imp.source", "Source")
local group = ProtoField.uint8("imp.group", "Group")
local length = ProtoField.uint16("imp.length", "Header length")
imp.fields = { kind, seq, ack, source, group, length }

function imp.dissector(buffer, pinfo, tree)
    if buffer:len() < 5 then return 0 end
    pinfo.cols.protocol = "IMP"
    local sub = tree:add(imp, buffer())
    local first = buffer(0, 1):uint()
    sub:add(kind, buffer(0, 1), bit.rshift(first, 3))
    sub:add(seq, buffer(0, 1), bit.band(bit.rshift(first, 1), 1))
    sub:add(ack, buffer(0, 1))
    sub:add(source, buffer(1, 1))
    sub:add(group, buffer(2, 1))
    sub:add(length, buffer(3, 2))
    return buffer:len()
end

imp:register_heuristic("udp", function(buffer, pinfo, tree)
    imp.dissector(buffer, pinfo, tree)
    return true
end)
