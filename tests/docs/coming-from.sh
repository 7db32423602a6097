. "$here/few.sh"
few 200
adds snapshot --at 2022-08-20
